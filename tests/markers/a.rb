a = "#{ f("# TODO: no") } # TODO: no" # TODO: yes
b = %w[# TODO: no] # TODO: yes
c = <<~EOS + "x" # TODO: yes on the line of a here-document
  # TODO: no
EOS
d = x / 2 # TODO: yes after a division
e = ?" # TODO: yes after a character
f = /['"#]/ # TODO: yes
=begin
TODO: yes in a block
=end
g = /
  "# TODO: no, not our concern
/x # TODO: yes
