#!/usr/bin/env node
// The onecert command. Builds what is not built, so that it works in a fresh clone.
import { buildWhatIsNotBuilt } from '../scripts/build.mjs';

buildWhatIsNotBuilt();
await import('../dist/cli/onecert.js');
