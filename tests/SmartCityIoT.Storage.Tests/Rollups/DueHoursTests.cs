using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Storage.Rollups;
using SmartCityIoT.Storage.Tests.Ledger;

namespace SmartCityIoT.Storage.Tests.Rollups;

/// <summary>Marks of hours in the ledger: none is lost, and none is cleared that was made again.</summary>
public sealed class DueHoursTests : LedgerFolder
{
    private const long Hour = 3_600_000;
    private const ulong HighDevice = 0xfedcba9876543210;

    [Fact]
    public async Task Marks_come_with_the_commit_and_are_there_after_a_restart()
    {
        await using (var ledger = Open())
        {
            ledger.Commit(new LedgerCommit { Position = 5, DueHours = [new(3 * Hour, 1, 7), new(2 * Hour, 2, HighDevice), new(2 * Hour, 2, 9), new(2 * Hour, 2, 9)] });
        }

        await using var again = Open();
        Assert.Equal((3L, 2 * Hour), again.DueHours.Backlog());
        Assert.Equal([new DueMark(new(2 * Hour, 2, HighDevice), 5), new(new(2 * Hour, 2, 9), 5)], again.DueHours.Earliest(4 * Hour, 10));
        Assert.Empty(again.DueHours.Earliest(2 * Hour, 10));
        Assert.Single(again.DueHours.Earliest(4 * Hour, 1));
    }

    [Fact]
    public async Task A_mark_that_was_made_again_meanwhile_stays()
    {
        await using var ledger = Open();
        ledger.Commit(new LedgerCommit { Position = 5, DueHours = [new(Hour, 1, 7), new(Hour, 1, 8)] });
        var read = ledger.DueHours.Earliest(2 * Hour, 10);
        ledger.Commit(new LedgerCommit { Position = 6, DueHours = [new(Hour, 1, 8)] });
        ledger.DueHours.Clear(read);
        Assert.Equal([new DueMark(new(Hour, 1, 8), 6)], ledger.DueHours.Earliest(2 * Hour, 10));

        ledger.DueHours.Mark([new(Hour, 1, 8), new(Hour, 1, 9)]);
        Assert.Equal([new DueMark(new(Hour, 1, 8), 6), new(new(Hour, 1, 9), 0)], ledger.DueHours.Earliest(2 * Hour, 10));
    }

    [Fact]
    public async Task The_first_due_hour_is_that_of_the_devices_asked_for_or_of_all()
    {
        await using var ledger = Open();
        ledger.Commit(new LedgerCommit { Position = 5, DueHours = [new(4 * Hour, 1, 7), new(2 * Hour, 1, 8), new(3 * Hour, 2, 7), new(6 * Hour, 1, DueHour.EveryDevice)] });
        Assert.Equal(4 * Hour, ledger.DueHours.First(1, [7], 0, 10 * Hour));
        Assert.Equal(2 * Hour, ledger.DueHours.First(1, [7, 8], 0, 10 * Hour));
        Assert.Equal(6 * Hour, ledger.DueHours.First(1, [7, 8], 5 * Hour, 10 * Hour));
        Assert.Null(ledger.DueHours.First(1, [7, 8], 5 * Hour, 6 * Hour));
    }

    [Fact]
    public async Task A_store_is_filled_until_another_takes_its_place_or_rollups_are_switched_off()
    {
        await using var ledger = Open();
        ledger.DueHours.Fill("a");
        Assert.True(ledger.DueHours.IsFilled("a"));
        ledger.DueHours.Fill("b");
        Assert.Equal((false, true), (ledger.DueHours.IsFilled("a"), ledger.DueHours.IsFilled("b")));
        ledger.DueHours.Mark([new(Hour, 1, 9)]);
        ledger.DueHours.Forget();
        Assert.False(ledger.DueHours.IsFilled("b"));
        Assert.Equal((0L, (long?)null), ledger.DueHours.Backlog());
    }
}
