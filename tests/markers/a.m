a = b' % TODO: yes after a transposition
c = '% TODO: no' % TODO: yes
%{
TODO: yes in a block
%}
