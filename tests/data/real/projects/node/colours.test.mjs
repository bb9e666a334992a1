import { test } from 'node:test';

test('colours', () => { throw new Error('\x1b[31mRabatt falsch:\x1b[0m ä 漢字 <b> & ]]> \x07'); });
