#!/usr/bin/env node
import { runProcess } from '../dist/main.js';

process.exitCode = await runProcess();
