let a = (*) (* TODO: yes *)
let b = """// TODO: no""" // TODO: yes
