var a = @"c:\"; // TODO: yes
var b = @"say ""// TODO: no"" ";
var c = $"{d["// TODO: no"]}"; // TODO: yes
var e = """
  // TODO: no
  """; // TODO: yes
#region don't
// TODO: yes
