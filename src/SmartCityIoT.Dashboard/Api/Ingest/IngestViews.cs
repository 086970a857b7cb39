using System.Text.Json.Serialization;
using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Dashboard.Api.Ingest;

/// <summary>One minute of the balance sheet, in frames: received = decoded + duplicate + deadLettered, decoded = stored + waiting + refused.</summary>
/// <param name="Minute">Unix milliseconds of its start.</param>
/// <param name="Waiting">Decoded and not yet in the store.</param>
/// <param name="Status">Messages on status topics, not among the received.</param>
/// <param name="Qos0">Those of the received that came without a promise.</param>
/// <param name="Evicted">Dead letters that gave way to newer ones.</param>
public sealed record BalanceRow(
    long Minute, long Received, long Decoded, long Duplicate, long DeadLettered, long Stored, long Waiting, long Refused, long Status, long Qos0, long Evicted)
{
    /// <summary>Whether both sums hold.</summary>
    [JsonIgnore]
    public bool Closes => Received == Decoded + Duplicate + DeadLettered && Decoded == Stored + Waiting + Refused;

    internal static BalanceRow Of(long minute, in BalanceCounts counts) => new(
        minute,
        counts.Received,
        counts.Decoded,
        counts.Duplicate,
        counts.DeadLettered,
        counts.Stored,
        counts.Decoded - counts.Stored - counts.Refused,
        counts.Refused,
        counts.Status,
        counts.Qos0,
        counts.Evicted);

    internal static BalanceRow Of(long minute, in Live.Balance.BalanceCounts counts) => new(
        minute,
        counts.Received,
        counts.Decoded,
        counts.Duplicate,
        counts.DeadLettered,
        counts.Stored,
        counts.Waiting,
        counts.Refused,
        counts.Status,
        counts.Qos0,
        counts.Evicted);
}

/// <summary>The balance sheet of one device and day, in frames.</summary>
public sealed record DeviceBalanceRow(
    string Device, long Received, long Decoded, long Duplicate, long DeadLettered, long Stored, long Refused, long Status, long Qos0, long Evicted)
{
    internal static DeviceBalanceRow Of(ulong device, in BalanceCounts counts) => new(
        DeviceId.Format(device),
        counts.Received,
        counts.Decoded,
        counts.Duplicate,
        counts.DeadLettered,
        counts.Stored,
        counts.Refused,
        counts.Status,
        counts.Qos0,
        counts.Evicted);
}

/// <summary>A message that could not be used.</summary>
/// <param name="ReceivedAt">Unix milliseconds.</param>
/// <param name="Payload">The bytes as received, in hex.</param>
/// <param name="Detail">More for a person: the store's own words, for instance.</param>
public sealed record DeadLetterView(string Id, long ReceivedAt, string Reason, string? Device, string Topic, string Payload, string Detail)
{
    internal static DeadLetterView Of(StoredDeadLetter stored) => new(
        stored.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
        stored.Letter.ReceivedAt,
        stored.Letter.Reason,
        stored.Letter.Device is { } device ? DeviceId.Format(device) : null,
        stored.Letter.Topic,
        Convert.ToHexStringLower(stored.Letter.Payload.Span),
        stored.Letter.Detail);
}
