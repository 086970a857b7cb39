namespace SmartCityIoT.Journal.Tests;

public sealed class QuarantineFileTests : IDisposable
{
    private readonly JournalFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_keeps_each_range_once_and_its_records_are_counted_over_restarts()
    {
        string path = Path.Combine(folder.Directory, "quarantine");
        QuarantineFile file = new(path, 1 << 20);
        file.Read();
        file.Add([Range(10, 12, 100), Range(20, 20, 50), Range(10, 12, 100)], isSynced: true);
        Assert.Equal(4, file.Records);

        QuarantineFile again = new(path, 1 << 20);
        again.Read();
        Assert.Equal(4, again.Records);
        Assert.True(again.Contains(Range(10, 12, 0)));
        Assert.False(again.Contains(Range(10, 9, 0)));
        again.Add([Range(20, 20, 50), Range(10, 9, 5)], isSynced: false);
        Assert.Equal(4, again.Records);
        Assert.True(again.Contains(Range(10, 9, 0)));
    }

    [Fact]
    public void Its_size_is_bounded_and_the_number_of_records_outlives_their_bytes()
    {
        string path = Path.Combine(folder.Directory, "quarantine");
        const int bound = 100_000;
        QuarantineFile file = new(path, bound);
        for (int i = 1; i <= 100; i++)
        {
            file.Add([Range(i * 10, (i * 10) + 4, 5_000)], isSynced: false);
            Assert.InRange(new FileInfo(path).Length, 1, bound + 6_000);
        }

        Assert.Equal(500, file.Records);
        QuarantineFile again = new(path, bound);
        again.Read();
        Assert.Equal(500, again.Records);
        Assert.True(again.Contains(Range(1_000, 1_004, 0)), "the newest is there");
    }

    [Fact]
    public void Damage_in_it_costs_what_follows_and_no_more()
    {
        string path = Path.Combine(folder.Directory, "quarantine");
        QuarantineFile file = new(path, 1 << 20);
        file.Add([Range(10, 12, 100)], isSynced: false);
        long whole = new FileInfo(path).Length;
        file.Add([Range(20, 20, 100)], isSynced: false);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[whole + 60] ^= 1;
        File.WriteAllBytes(path, bytes);
        QuarantineFile again = new(path, 1 << 20);
        again.Read();
        Assert.Equal(3, again.Records);
        again.Add([Range(30, 30, 10)], isSynced: false);
        QuarantineFile last = new(path, 1 << 20);
        last.Read();
        Assert.Equal(4, last.Records);
    }

    private static QuarantinedRange Range(long first, long last, int bytes) => new(first, last, "checksum", 1_790_000_000_000, new byte[bytes]);
}
