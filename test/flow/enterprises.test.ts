import { randomBytes } from 'node:crypto';
import { describeWith } from '../contract/server-suites.ts';
import { describeEnterprises } from './enterprises.ts';

describeEnterprises('sqlite and sqlite', () => ({ MONGODB_URL: '', REDIS_URL: '' }));

describeWith('MONGODB_URL', 'enterprises over HTTP on MongoDB', (mongodbUrl) => {
  const url = new URL(mongodbUrl);
  url.pathname = `/onecert_enterprises_${randomBytes(4).toString('hex')}`;
  describeEnterprises('mongodb and sqlite', () => ({ MONGODB_URL: url.href, REDIS_URL: '' }));
});
