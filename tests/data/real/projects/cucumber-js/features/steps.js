const assert = require('node:assert');
const { After, Before, Given, When, Then } = require('@cucumber/cucumber');

Before({ tags: '@skip' }, () => 'skipped');
Given('an empty cart', function () { this.cart = []; });
When('I add {string}', function (fruit) { this.cart.push(fruit); });
Then('the cart has {int} items', function (count) { assert.strictEqual(this.cart.length, count); });
After(function () { this.attach(Buffer.from('89504e470d0a1a0a', 'hex'), 'image/png'); });
