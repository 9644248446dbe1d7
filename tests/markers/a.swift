let a = "\(f("// TODO: no"))" // TODO: yes
let b = #"\" // TODO: no"# // TODO: yes
/* /* TODO: yes */ */
