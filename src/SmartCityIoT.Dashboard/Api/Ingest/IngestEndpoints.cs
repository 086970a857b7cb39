using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Live;
using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Ledger;

namespace SmartCityIoT.Dashboard.Api.Ingest;

/// <summary>The balance sheet: what came in, and what became of it.</summary>
internal static class IngestEndpoints
{
    private const long MinuteMilliseconds = 60_000;
    private const long HourMilliseconds = 60 * MinuteMilliseconds;
    private const long LongestRange = 31 * 24 * HourMilliseconds;

    public static void MapIngest(this IEndpointRouteBuilder api)
    {
        api.MapGet("/balance", Balance).TakesQuery<BalanceQuery>()
            .WithName("getBalance").WithSummary("The balance sheet per minute of receipt, oldest first");
        api.MapGet("/balance/devices", DeviceBalance).TakesQuery<DeviceBalanceQuery>()
            .WithName("getDeviceBalance").WithSummary("The balance sheet per device of one UTC day, sorted by id");
        api.MapGet("/dead-letters", DeadLetters).TakesQuery<DeadLetterQuery>()
            .WithName("listDeadLetters").WithSummary("Messages that could not be used, newest first");
    }

    private static BalanceView Balance([AsParameters] BalanceQuery query, IngestLedger ledger, LiveTable live, TimeProvider time)
    {
        var to = Parameter.Time("to", query.To, time.GetUtcNow().ToUnixTimeMilliseconds() + 1);
        var from = Parameter.Time("from", query.From, to - HourMilliseconds);
        if (from >= to) throw new BadParameterException("from", "the start is not before the end.");
        if (to - from > LongestRange) throw new BadParameterException("from", "the range is longer than 31 days.");

        // The newest minute is counted in memory ahead of the ledger, which is up to a second behind.
        var now = live.Current.Read(out var currentMinute);
        var kept = ledger.Balance(from, to);
        var minutes = kept.Where(row => row.Minute != currentMinute).Select(row => BalanceRow.Of(row.Minute, row.Counts)).ToList();
        if (currentMinute != 0 && currentMinute >= from - MinuteMilliseconds && currentMinute < to)
        {
            // What the ledger alone knows of that minute: which dead letters gave way.
            var evicted = kept.FirstOrDefault(row => row.Minute == currentMinute).Counts.Evicted;
            minutes.Add(BalanceRow.Of(currentMinute, now with { Evicted = evicted }));
            minutes.Sort((left, right) => left.Minute.CompareTo(right.Minute));
        }

        return new BalanceView(minutes, minutes.TrueForAll(row => row.Closes));
    }

    private static Listing<DeviceBalanceRow> DeviceBalance([AsParameters] DeviceBalanceQuery query, IngestLedger ledger, TimeProvider time)
    {
        var day = Parameter.Time("day", query.Day, time.GetUtcNow().ToUnixTimeMilliseconds());
        return new([.. ledger.DeviceBalance(day).Select(row => DeviceBalanceRow.Of(row.Device, row.Counts))]);
    }

    private static Listing<DeadLetterView> DeadLetters([AsParameters] DeadLetterQuery query, IngestLedger ledger)
    {
        if (query.After is not null && !DeadLetterCursor.IsValid(query.After))
        {
            throw new BadParameterException("after", "it is no cursor that this API gave out as \"next\".");
        }

        var page = ledger.DeadLetters(new DeadLetterQuestion
        {
            Reason = query.Reason,
            Device = query.Device is null ? null : Parameter.Device("device", query.Device),
            Limit = Parameter.Limit(query.Limit),
            After = query.After,
        });
        return new([.. page.Items.Select(DeadLetterView.Of)], page.Next);
    }
}

/// <summary>Range of the balance sheet.</summary>
public sealed record BalanceQuery(
    [property: Description("Start, included: Unix milliseconds or ISO 8601. Default an hour before the end.")] string? From,
    [property: Description("End, excluded: Unix milliseconds or ISO 8601. Default now.")] string? To);

/// <summary>Day of the balance sheet per device.</summary>
public sealed record DeviceBalanceQuery([property: Description("A time in the UTC day that is meant. Default today.")] string? Day);

/// <summary>Filters of the dead letters.</summary>
public sealed record DeadLetterQuery(
    [property: Description("Reason: BadCrc, UnknownDevice, StoreRefused, …")] string? Reason,
    [property: Description("Device id.")] string? Device,
    [property: Description("Items on a page, 1 to 10,000. Default 200.")] string? Limit,
    [property: Description("Cursor: \"next\" of the page before.")] string? After);

/// <summary>The balance sheet of a range.</summary>
/// <param name="Closes">Whether every minute adds up.</param>
public sealed record BalanceView(IReadOnlyList<BalanceRow> Items, bool Closes, string? Next = null);
