#[ TODO: yes #[ TODO: yes ]# ]#
let a = """# TODO: no""" # TODO: yes
