<?php declare(strict_types=1);
use PHPUnit\Framework\TestCase;

final class ColoursTest extends TestCase
{
    public function testAdds(): void { $this->assertCount(1, ['apple']); }

    public function testColours(): void { $this->fail("\x1b[31mRabatt falsch:\x1b[0m ä 漢字 <b> & ]]> \x07"); }
}
