/** TODO: yes in a doc comment */
String s = """
  // TODO: no "quoted"
  """; // TODO: yes
char c = '\''; // TODO: yes
