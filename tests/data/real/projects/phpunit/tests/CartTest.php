<?php declare(strict_types=1);
use PHPUnit\Framework\TestCase;

final class CartTest extends TestCase
{
    public function testAdds(): void { $this->assertCount(1, ['apple']); }

    public function testTotal(): void { $this->assertSame(2, 3); }

    public function testTotalSaysWhy(): void { $this->assertSame(2, 3, 'the discount was not taken off'); }

    public function testTax(): void { throw new RuntimeException("no tax rate\nfor this country"); }

    public function testPayment(): void { $this->markTestSkipped('no card reader on this machine'); }

    public function testVoucher(): void { $this->markTestIncomplete('vouchers come later'); }

    public function testNothing(): void {}

    /** @dataProvider quantities */
    public function testQuantity(int $quantity): void { $this->assertGreaterThan(0, $quantity); }

    public static function quantities(): array { return ['one' => [1], 'none <&>' => [0]]; }

    public function testPrices(): void
    {
        $this->assertEquals(['apple' => 1, 'pear' => 2], ['apple' => 1, 'pear' => 3]);
    }
}
