// A list of as many rows as the product shows, drawn by Ink and by nothing else: what a key costs at least.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './folders.js';

const require = createRequire(join(projectRoot, 'package.json'));
const { createElement, useState } = require('react');
const { Box, render, Text, useInput } = await import(pathToFileURL(require.resolve('ink')).href);

const rows = 36;

function List() {
  const [selected, select] = useState(rows - 1);
  useInput((/** @type {string} */ input) => {
    if (input === 'k') select((/** @type {number} */ at) => (at + rows - 1) % rows);
  });
  const line = (/** @type {number} */ row) =>
    createElement(
      Text,
      { key: row, inverse: row === selected },
      `${row === selected ? '>' : ' '} 16:34:35  POST  /hooks/bench/${row}`.padEnd(118),
    );
  return createElement(
    Box,
    { flexDirection: 'column' },
    Array.from({ length: rows }, (_, row) => line(row)),
  );
}

render(createElement(List));
