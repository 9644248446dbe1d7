#!/usr/bin/env node
const a = `// TODO: no ${ f(`inner // TODO: no`) /* TODO: yes in code */ } // TODO: no`;
const b = /['"`]\/[/]/.test(x); // TODO: yes after a regular expression
const c = d / e; const f = "'"; // TODO: yes after a division
return /"/ // TODO: yes
