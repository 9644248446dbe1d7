s := `
// TODO: no
` // TODO: yes
r := '`' // TODO: yes
