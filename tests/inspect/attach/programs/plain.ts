// A program that does not use the library, and handles what it is given as its argument: nothing, or SIGUSR1.

setInterval(() => {}, 1000);
console.log('ready');
