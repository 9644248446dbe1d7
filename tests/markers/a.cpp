auto s = R"x(// TODO: no )" )x"; // TODO: yes
int n = 1'000'000; // TODO: yes 'quoted'
auto c = u8'"'; // TODO: yes
