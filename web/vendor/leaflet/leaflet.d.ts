// For the type checker: the script beside this file exports nothing. It makes a
// global, which app/map.js takes out again.
export {}
