const f = <T,>(x: T) => x; // TODO: yes
const g = <T extends U>(x: T) => <b a={"// TODO: no"}>it's</b>; // TODO: yes
