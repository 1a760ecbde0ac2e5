// What is asked of every script: ESLint's own recommendations, and what the house says beside them.
import js from "@eslint/js";
import globals from "globals";

const HOUSE = {
  eqeqeq: ["error", "smart"],
  "no-var": "error",
  "prefer-const": ["error", { destructuring: "all" }],
  "no-implicit-globals": "error",
  "no-eval": "error",
  "no-throw-literal": "error",
  "no-unused-vars": ["error", { caughtErrors: "none", argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
  "no-control-regex": "off", // the first bytes of a photo are such signs
  "no-restricted-syntax": ["error", { selector: "ExportDefaultDeclaration", message: "name what is exported" }],
};

export default [
  { ignores: ["**/vendor/**", "**/node_modules/**"] },
  {
    files: ["fieldapp/static/js/**/*.js"],
    ...js.configs.recommended,
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser },
    rules: { ...js.configs.recommended.rules, ...HOUSE },
  },
  {
    files: ["fieldapp/static/js/lib/appearance.js", "fieldapp/static/js/public/rating.js", "tests/**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "script", globals: globals.browser },
    rules: { ...js.configs.recommended.rules, ...HOUSE, "no-implicit-globals": "off" },
  },
];
