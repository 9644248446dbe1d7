<p>// TODO: no</p> <!-- TODO: yes in markup -->
<?php
$a = "// TODO: no"; // TODO: yes ?> <b>TODO: no</b>
<?php # TODO: yes
#[Attribute("TODO: no")]
$b = <<<EOT
// TODO: no
  EOT; // TODO: yes
