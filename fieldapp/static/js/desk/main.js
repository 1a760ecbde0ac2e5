/** Starts what a desk page names in data-module: each is a file beside this one. */
import { start } from "../lib/dom.js";

start(document, (name) => import(`./${name}.js`));
