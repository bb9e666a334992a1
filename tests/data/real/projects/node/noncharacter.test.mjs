import { test } from 'node:test';

test('noncharacter', () => { throw new Error('the till sent \ufffe'); });
