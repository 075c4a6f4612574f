/** In a browser every folder is an address, relative to the page where it states no host. */
export { fetchFolder as openFolder } from '@senet/weights';
