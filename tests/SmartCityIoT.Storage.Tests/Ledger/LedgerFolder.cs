using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Ledger;

namespace SmartCityIoT.Storage.Tests.Ledger;

/// <summary>A ledger in a folder of its own, deleted with the test.</summary>
public abstract class LedgerFolder : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ledger").FullName;

    internal string LedgerPath => Path.Combine(folder, "ledger.db");

    /// <summary>Early enough that letters received at millisecond 1 are within the days for which the balance is kept.</summary>
    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(1970, 3, 1, 12, 0, 0, TimeSpan.Zero));

    internal IngestLedger Open(DeadLetterOptions? deadLetters = null, LedgerOptions? options = null) =>
        IngestLedger.Open(LedgerPath, options ?? new LedgerOptions(), deadLetters ?? new DeadLetterOptions(), Time, NullLogger<IngestLedger>.Instance);

    internal static DeadLetter Letter(string reason, ulong? device, long receivedAt, int size = 10, string detail = "") => new()
    {
        ReceivedAt = receivedAt,
        Reason = reason,
        Device = device,
        Topic = "sc/v1/02/70b3d57ed0001002/up",
        Payload = Enumerable.Range(0, size).Select(i => (byte)(i + receivedAt)).ToArray(),
        Detail = detail,
    };

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
