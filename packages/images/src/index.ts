/** `@senet/images`: from a picture's bytes to what a network is given. */
export {};
