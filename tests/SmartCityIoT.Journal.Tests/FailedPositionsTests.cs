namespace SmartCityIoT.Journal.Tests;

public sealed class FailedPositionsTests
{
    [Fact]
    public void Ranges_answer_for_themselves_and_what_was_forgotten_counts_as_failed()
    {
        FailedPositions failed = new();
        Assert.Equal((0, 100), (failed.FailedThrough(5), failed.SoundThrough(5, 100)));
        failed.Add(10, 19);
        failed.Add(20, 29);
        failed.Add(40, 40);
        Assert.Equal([0, 29, 29, 0, 0, 40, 0], ((long[])[9, 10, 29, 30, 39, 40, 41]).Select(failed.FailedThrough));
        Assert.Equal([9, 39, 100], ((long[])[1, 30, 41]).Select(p => failed.SoundThrough(p, 100)));
        Assert.Equal(5, failed.SoundThrough(1, 5));

        for (int i = 0; i < FailedPositions.MaxRanges; i++)
        {
            failed.Add(100 + (10 * i), 101 + (10 * i));
        }

        Assert.Equal([40, 40, 40, 0, 101], ((long[])[1, 9, 40, 41, 100]).Select(failed.FailedThrough));
    }
}
