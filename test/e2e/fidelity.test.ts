import { fidelityCases, largeBodyCase, startListening } from '../support/fidelity-cases.ts';

const listening = () =>
  startListening(['--no-tunnel'], ({ localUrl }) => Number(new URL(String(localUrl)).port));

fidelityCases(listening);
largeBodyCase(listening);
