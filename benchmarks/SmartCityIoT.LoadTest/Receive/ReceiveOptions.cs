namespace SmartCityIoT.LoadTest.Receive;

/// <summary>How the receivers are compared.</summary>
internal sealed record ReceiveOptions
{
    public required int Devices { get; init; }

    public required TimeSpan WarmUp { get; init; }

    public required TimeSpan Window { get; init; }

    /// <summary>The options as a report tells them.</summary>
    public object Told(int qos) => new { qos, Devices, warmUpSeconds = WarmUp.TotalSeconds, windowSeconds = Window.TotalSeconds };

    /// <exception cref="LoadTestException">A value out of its range.</exception>
    public void Check()
    {
        if (Window <= TimeSpan.Zero || Window > TimeSpan.FromMinutes(5)) throw new LoadTestException("--seconds is more than 0 and at most 300");
    }
}
