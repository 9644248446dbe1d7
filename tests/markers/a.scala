val s = 'symbol // TODO: yes
val c = '"' // TODO: yes
val t = """// TODO: no"""
