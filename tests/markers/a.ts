type A<T> = { [k: string]: '// TODO: no' }; // TODO: yes
const x = <any>y; // TODO: yes
