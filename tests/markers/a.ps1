$a = "`"# TODO: no" # TODO: yes
<# TODO: yes #>
$b = @"
# TODO: no
"@
