namespace SmartCityIoT.LoadTest.Latency;

/// <summary>How the latency is measured.</summary>
internal sealed class LatencyOptions
{
    /// <summary>A device's changes go to the stream at most four times a second: closer frames of one device would measure that pause.</summary>
    public const double LeastMillisecondsBetweenFrames = 300;

    public required int Devices { get; init; }

    public required double FramesPerSecond { get; init; }

    /// <summary>Time before the first frame, and again while frames are sent and not counted.</summary>
    public required TimeSpan WarmUp { get; init; }

    public required TimeSpan Window { get; init; }

    public int WarmUpFrames => (int)(FramesPerSecond * WarmUp.TotalSeconds);

    public int Frames => WarmUpFrames + (int)(FramesPerSecond * Window.TotalSeconds);

    /// <summary>When a frame is to be sent, after the first.</summary>
    public TimeSpan IntendedAt(int frame) => TimeSpan.FromSeconds(frame / FramesPerSecond);

    /// <exception cref="LoadTestException">A device would send too often.</exception>
    public void Check()
    {
        if (Devices > 0 && Devices / FramesPerSecond * 1000 >= LeastMillisecondsBetweenFrames && Frames > WarmUpFrames) return;
        throw new LoadTestException(
            $"{Devices} devices at {FramesPerSecond} frames/s send more often than every {LeastMillisecondsBetweenFrames} ms each, or nothing at all: take more devices or a lower rate.");
    }
}
