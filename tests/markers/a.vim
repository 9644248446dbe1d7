" TODO: yes
let a = "TODO: no"
