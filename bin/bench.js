// `npm run bench`: builds what is not built, then measures what is shipped (dist/).
import { buildWhatIsNotBuilt } from '../scripts/build.mjs';

buildWhatIsNotBuilt();
await import('../bench/run.mjs');
