using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Ingestion.Tests.Consume;

/// <summary>A store that takes everything at once and keeps nothing: what is left is what the consumer itself costs.</summary>
internal sealed class ForgetfulStore : ITelemetryStore
{
    public string Description => "nowhere";

    public StoreHealth Health { get; } = new(true, 0);

    public int PendingPoints { get; private set; }

    public int PendingBytes => 0;

    public bool KeepsPosition => false;

    public bool TakesPointsWhileFlushing => true;

    public TimeSpan FlushInterval => TimeSpan.FromMilliseconds(200);

    public long DurablePosition { get; private set; }

    public Task<long> OpenAsync(CancellationToken cancellationToken) => Task.FromResult(0L);

    public void Append(in Reading reading, SeriesTags tags) => PendingPoints++;

    public void AppendEvent(in ReadingOrigin origin, SectorSchema schema, in EventBody body, SeriesTags tags) => PendingPoints++;

    public void AppendBoot(in ReadingOrigin origin, in BootBody body, SeriesTags tags) => PendingPoints++;

    public void AppendAcknowledgement(in ReadingOrigin origin, in AcknowledgementBody body, SeriesTags tags) => PendingPoints++;

    public ValueTask<FlushResult> FlushAsync(long position, CancellationToken cancellationToken)
    {
        PendingPoints = 0;
        DurablePosition = position;
        return ValueTask.FromResult(FlushResult.Empty);
    }

    public Task<SeriesAnswer> SeriesAsync(SeriesQuestion question, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<MeansAnswer> MeansAsync(MeansQuestion question, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<StoredReading> LastValuesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
