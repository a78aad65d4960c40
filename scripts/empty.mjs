// In the place of a package that is left out of a bundle.

export default undefined;
