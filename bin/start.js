// `npm start`: builds what is not built, then runs the server.
import { buildWhatIsNotBuilt } from '../scripts/build.mjs';

buildWhatIsNotBuilt();
await import('../dist/main.js');
