using System.CommandLine;
using SmartCityIoT.FirmwareSim.Commands;

var root = new RootCommand(
    """
    Simulates the devices of a smart-city district: lamps, water meters and traffic counters that send real frames over
    real MQTT connections, store them while they are cut off, and forward them afterwards.

    The same seed gives the same district, so that what a platform shows can be compared with what was sent.
    """)
{
    RunCommand.Create(),
    ListCommand.Create(),
};
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
