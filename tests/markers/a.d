/+ TODO: yes /+ TODO: yes +/ +/ auto a = `// TODO: no`; // TODO: yes
