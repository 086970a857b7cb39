using CsCheck;
using SmartCityIoT.FirmwareSim.Physics;

namespace SmartCityIoT.FirmwareSim.Tests.Physics;

public sealed class DayCurveTests
{
    private static readonly Gen<DayCurve> Curves = Gen.Double[0.1, 10].Array[2, 48].Select(values => new DayCurve(values));

    [Fact]
    public void A_whole_day_is_24_hours_of_the_mean() =>
        Curves.Sample(curve => Math.Abs(curve.Cumulated(24) - 24) < 1e-9 && Math.Abs(curve.Cumulated(0)) < 1e-9);

    [Fact]
    public void The_integral_is_that_of_the_curve() =>
        Gen.Select(Curves, Gen.Double[0, 23.9], Gen.Double[0.001, 0.1]).Sample((curve, from, step) =>
        {
            var exact = curve.Cumulated(from + step) - curve.Cumulated(from);

            // Between two points of a piecewise line the mean of many values comes as near as one likes.
            var sum = Enumerable.Range(0, 200).Sum(i => curve.At(from + (step * (i + 0.5) / 200))) * step / 200;
            return Math.Abs(exact - sum) < 1e-4;
        });

    [Fact]
    public void Peaks_stand_out_of_their_hour()
    {
        var curve = DayCurve.WithPeaks([.. Enumerable.Repeat(1.0, 24)], [[new TimeOnly(6, 45), new TimeOnly(7, 45)]]);

        Assert.True(curve.At(7.25) > curve.At(8.5) * 1.1);
        Assert.Equal(curve.At(12), curve.At(3), 9);
    }
}
