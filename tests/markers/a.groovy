def a = "${f('// TODO: no')}" // TODO: yes
