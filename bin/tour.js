// `npm run tour`: builds what is not built, then walks the main job.
import { buildWhatIsNotBuilt } from '../scripts/build.mjs';

buildWhatIsNotBuilt();
await import('../dist/tour/main.js');
