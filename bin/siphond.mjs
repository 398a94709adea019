#!/usr/bin/env node
import { ensureBuilt } from '../tools/ensure-built.mjs';

ensureBuilt({ renderer: false });
await import('../dist/cli/siphond.mjs');
