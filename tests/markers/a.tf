a = "${f("# TODO: no")}" # TODO: yes
b = <<-EOT
  # TODO: no
EOT
c = 1 // TODO: yes
