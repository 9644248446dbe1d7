const a = <p title="// TODO: no">don't // TODO: no, text
  {/* TODO: yes */ value}
  <br /> http://x // TODO: no
</p>; // TODO: yes after the element
const b = c < d; // TODO: yes
const e = <><i>it's</i></>; // TODO: yes
