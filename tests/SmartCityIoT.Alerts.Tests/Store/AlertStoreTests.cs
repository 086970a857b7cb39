using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Alerts.Store;
using SmartCityIoT.Storage.Checkpoints;

namespace SmartCityIoT.Alerts.Tests.Store;

public sealed class AlertStoreTests : IAsyncLifetime
{
    private District district = null!;
    private AlertRig rig = null!;

    public async ValueTask InitializeAsync()
    {
        district = await District.OpenAsync();
        rig = new AlertRig(district, AlertRig.Pressure);
    }

    public async ValueTask DisposeAsync()
    {
        rig.Dispose();
        await district.DisposeAsync();
    }

    [Fact]
    public void The_same_record_raises_once_also_when_it_is_read_again()
    {
        var raise = new AlertRaise(Draft, 7, 0);
        var clear = new AlertClear(District.Meter, 0, "low", 2, 1, null);
        Assert.Equal(2, rig.Store.Commit(7, [], [raise, clear], [], null).Count);
        Assert.Empty(rig.Store.Commit(7, [], [raise, clear], [], null));

        // Another sample of the same batch is another raise; a second open one of the series is not.
        Assert.Single(rig.Store.Commit(7, [], [raise with { Sample = 3 }], [], null));
        Assert.Empty(rig.Store.Commit(8, [], [raise with { Position = 8 }], [], null));
        Assert.Equal(2, rig.Alerts().Count);
    }

    [Fact]
    public void A_commit_that_fails_writes_nothing_and_can_be_tried_again()
    {
        using (var locker = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={rig.DatabasePath};Pooling=False"))
        {
            locker.Open();
            using var create = locker.CreateCommand();
            create.CommandText = "CREATE TRIGGER fail BEFORE INSERT ON consumer_position BEGIN SELECT RAISE(ABORT, 'disk full'); END";
            create.ExecuteNonQuery();
            for (var i = 0; i < 4; i++)
            {
                rig.Send(District.Meter, "pressure", 50);
                rig.Wait(60);
            }

            DeviceState[] states = [new(District.Meter, new byte[] { 1 })];
            Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => rig.Engine.Commit(4, states));
            Assert.True(rig.Engine.HasTransitions);
            Assert.Empty(rig.Alerts());
            create.CommandText = "DROP TRIGGER fail";
            create.ExecuteNonQuery();
            rig.Engine.Commit(4, states);
        }

        Assert.Single(rig.Alerts());
        rig.Restart();
        Assert.Equal(4, rig.Checkpoint.Position);
    }

    [Fact]
    public void Old_alerts_are_forgotten_with_their_history_and_open_ones_kept()
    {
        rig.Store.Commit(1, [], [new AlertRaise(Draft, 1, 0), new AlertClear(District.Meter, 0, "low", 500, null, null)], [], null);
        rig.Store.Commit(2, [], [new AlertRaise(Draft, 2, 0)], [], null);
        var old = rig.Alerts()[0].Id;
        rig.Store.Commit(3, [], [], [], 501);
        Assert.Equal(AlertState.Raised, Assert.Single(rig.Alerts()).State);
        Assert.Empty(rig.Desk.History(old));
    }

    [Fact]
    public void A_damaged_database_is_set_aside_and_a_new_one_starts()
    {
        var path = Path.Combine(district.Folder, "damaged", "alerts.db");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, new string('x', 5000));
        using var store = AlertStore.Open(path, rig.Clock, NullLogger<AlertStore>.Instance);
        Assert.Equal(0, store.LoadCheckpoint().Position);
        Assert.Contains(Directory.GetFiles(Path.GetDirectoryName(path)!), file => file.Contains(".damaged-", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_cannot_be_used_is_one_clear_line()
    {
        var path = Path.Combine(district.Folder, "folder", "alerts.db");
        Directory.CreateDirectory(path);
        var failure = Assert.Throws<AlertStoreUnavailableException>(() => AlertStore.Open(path, rig.Clock, NullLogger<AlertStore>.Instance));
        Assert.StartsWith(path + " cannot be used: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);

        var newer = Path.Combine(district.Folder, "newer.db");
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={newer};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        Assert.Contains(
            "newer version",
            Assert.Throws<AlertStoreUnavailableException>(() => AlertStore.Open(newer, rig.Clock, NullLogger<AlertStore>.Instance)).Message,
            StringComparison.Ordinal);
    }

    private static Alert Draft { get; } = new()
    {
        Id = 0,
        Kind = AlertKind.Threshold,
        Rule = "low",
        LabelVi = "x",
        LabelEn = "x",
        Severity = AlertSeverity.Info,
        Device = District.Meter,
        RaisedAt = 1,
    };
}
