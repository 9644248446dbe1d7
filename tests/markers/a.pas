{ TODO: yes } (* TODO: yes *) x := '// TODO: no'; // TODO: yes
