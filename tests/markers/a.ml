(* TODO: yes (* TODO: yes *) *)
let a : 'a = '"' (* TODO: yes *)
let b = {|(* TODO: no *)|} (* TODO: yes *)
