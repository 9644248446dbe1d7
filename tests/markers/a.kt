val a = "${ f("// TODO: no") /* TODO: yes in code in a string */ }"
val b = """ "// TODO: no" """ // TODO: yes
/* /* nested */ TODO: yes */
