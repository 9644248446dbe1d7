var a = r'\'; // TODO: yes
var b = "${f('// TODO: no')}"; /* /* TODO: yes */ */
